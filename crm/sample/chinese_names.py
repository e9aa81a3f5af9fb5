"""Chinese names in both scripts, by region: mainland pinyin, Hong Kong spellings, Taiwan spellings."""

from __future__ import annotations

from .random_words import pairs

FAMILIES = pairs(
    "王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 黄/Huang 赵/Zhao 吴/Wu 周/Zhou 徐/Xu 孙/Sun 马/Ma 朱/Zhu 胡/Hu "
    "郭/Guo 何/He 高/Gao 林/Lin 罗/Luo 郑/Zheng 梁/Liang 谢/Xie 宋/Song 唐/Tang 许/Xu 韩/Han 冯/Feng 邓/Deng "
    "曹/Cao 彭/Peng 曾/Zeng 肖/Xiao 田/Tian 董/Dong 潘/Pan 袁/Yuan 蔡/Cai 蒋/Jiang 余/Yu 于/Yu 杜/Du 叶/Ye "
    "程/Cheng 苏/Su 魏/Wei 吕/Lyu 丁/Ding 任/Ren 沈/Shen 姚/Yao 卢/Lu 姜/Jiang 崔/Cui 钟/Zhong 谭/Tan 陆/Lu "
    "汪/Wang 范/Fan 金/Jin 石/Shi 廖/Liao 贾/Jia 夏/Xia 韦/Wei 付/Fu 方/Fang 白/Bai 邹/Zou 孟/Meng 熊/Xiong "
    "秦/Qin 邱/Qiu 江/Jiang 尹/Yin 薛/Xue 闫/Yan 段/Duan 雷/Lei 侯/Hou 龙/Long 史/Shi 陶/Tao 黎/Li 贺/He 顾/Gu "
    "毛/Mao 郝/Hao 龚/Gong 邵/Shao 欧阳/Ouyang"
)
FIRST = pairs(
    "志/zhi 建/jian 海/hai 文/wen 晓/xiao 国/guo 明/ming 永/yong 立/li 俊/jun 美/mei 雅/ya 思/si 佳/jia 春/chun "
    "玉/yu 德/de 宏/hong 家/jia 成/cheng 少/shao 秀/xiu 丽/li 新/xin 子/zi 世/shi 长/chang 庆/qing 天/tian 若/ruo "
    "梦/meng 嘉/jia"
)
SECOND = pairs(
    "强/qiang 华/hua 波/bo 平/ping 军/jun 民/min 伟/wei 峰/feng 琳/lin 婷/ting 敏/min 静/jing 芳/fang 玲/ling "
    "怡/yi 杰/jie 辉/hui 涛/tao 斌/bin 宁/ning 萍/ping 红/hong 梅/mei 霞/xia 燕/yan 刚/gang 勇/yong 磊/lei "
    "超/chao 鹏/peng 宇/yu 浩/hao 然/ran 洁/jie 兰/lan 云/yun 雪/xue 莹/ying 林/lin 东/dong 生/sheng 良/liang "
    "荣/rong 才/cai"
)
SINGLES = pairs(
    "伟/Wei 敏/Min 静/Jing 丽/Li 强/Qiang 磊/Lei 洋/Yang 艳/Yan 勇/Yong 军/Jun 杰/Jie 娟/Juan 涛/Tao 超/Chao "
    "霞/Xia 平/Ping 刚/Gang 慧/Hui 婷/Ting 鑫/Xin 波/Bo 斌/Bin 宇/Yu 浩/Hao 凯/Kai 健/Jian 俊/Jun 帆/Fan 雪/Xue "
    "琳/Lin 晨/Chen 璐/Lu"
)
HONG_KONG = pairs(
    "陳/Chan 黃/Wong 李/Lee 張/Cheung 林/Lam 吳/Ng 劉/Lau 梁/Leung 鄭/Cheng 何/Ho 許/Hui 周/Chow 葉/Yip 馮/Fung "
    "鄧/Tang 郭/Kwok 曾/Tsang 羅/Law 蔡/Choi 麥/Mak"
)
HONG_KONG_GIVEN = pairs(
    "嘉慧/Ka-wai 志明/Chi-ming 美玲/Mei-ling 偉文/Wai-man 家豪/Ka-ho 詠詩/Wing-sze 子健/Tsz-kin 淑儀/Shuk-yee "
    "國強/Kwok-keung 曉彤/Hiu-tung 俊傑/Chun-kit 麗珍/Lai-chun"
)
TAIWAN = pairs(
    "陳/Chen 林/Lin 黃/Huang 張/Chang 李/Lee 王/Wang 吳/Wu 劉/Liu 蔡/Tsai 楊/Yang 許/Hsu 鄭/Cheng 謝/Hsieh 郭/Kuo "
    "洪/Hung 邱/Chiu 曾/Tseng 廖/Liao 賴/Lai 徐/Hsu 周/Chou 葉/Yeh 蘇/Su 莊/Chuang"
)
TAIWAN_GIVEN = pairs(
    "美玲/Mei-ling 志豪/Chih-hao 淑芬/Shu-fen 建宏/Chien-hung 怡君/Yi-chun 俊宏/Chun-hung 雅婷/Ya-ting "
    "家豪/Chia-hao 佩珊/Pei-shan 宗翰/Tsung-han 惠如/Hui-ju 文雄/Wen-hsiung"
)
ENGLISH = (
    "Simon",
    "Grace",
    "Kevin",
    "Vivian",
    "Jason",
    "Helen",
    "Frank",
    "Cindy",
    "Tony",
    "Amy",
    "Leo",
    "Joyce",
    "Eric",
    "Coco",
    "Peter",
    "Lily",
)
TITLES = (
    ("General Manager", "总经理"),
    ("Deputy General Manager", "副总经理"),
    ("Purchasing Manager", "采购经理"),
    ("Chief Engineer", "总工程师"),
    ("Project Manager", "项目经理"),
    ("Sales Director", "销售总监"),
    ("Technical Director", "技术总监"),
    ("Assistant to the General Manager", "总经理助理"),
    ("Engineer", "工程师"),
    ("Head of International Cooperation", "国际合作部主任"),
    ("Contract Manager", "合同经理"),
    ("Section Chief", "科长"),
    ("Director", "主任"),
    ("Buyer", "采购员"),
    ("Manager", "经理"),
    ("Vice President", "副总裁"),
)
