from __future__ import annotations
import os, json, time, re
import pytest
from tests.laws.fill import form_of, filled, Forms
from tests.laws.routes import asks, rules, is_public
from tests.laws.house import House

def pages(house, who="anna"):
    for rule in rules(house.app):
        if not {"GET","POST"} <= set(rule.methods): continue
        some = [a for a in asks(house.scene, house.app, rule) if a.method == "GET" and not a.missing and (a.way is None or a.way.name in ("inland","shared"))]
        some = [a for a in some if a.way is None or a.way.name=="inland"] or some
        for a in some:
            ans = house.ask(who, "GET", a.path)
            if ans.status == 200:
                f = form_of(ans.text, a.path)
                yield a.endpoint, a.path, f, ans
                break
        else:
            yield rule.endpoint, None, None, None

NASTY = {
 "long": "x"*10000, "nul": "a\x00b", "1600": "1600-01-01", "0000":"0000-00-00", "feb30":"2026-02-30","y9999":"9999-12-31","y10000":"10000-01-01",
 "t25":"25:00","abc":"abc","-1":"-1","0":"0","2**31":str(2**31),"2**70":str(2**70),"1e400":"1e400","nan":"NaN","inf":"Infinity","-inf":"-Infinity","1e15":"1e15","dec":"0."+"1"*60,
 "emoji":"👩‍👩‍👧‍👦"*20,"rtl":"\u202eabc\u202c مرحبا","combining":"e"+"\u0301"*200,"ctl":"a\x01\x02\x1b\x7fb","nl":"a\r\nBcc: x@y.z\r\n\r\nb","lone":"\ud800".encode('utf8','surrogatepass').decode('utf8','replace'),
 "sp":"   ","nbsp":"\u00a0\u3000\u200b","pct":"%s %(n)s {0} {{7*7}}","quote":"'\";--<script>alert(1)</script>","arabicdigits":"٥","fullwidth":"５","sup":"²","zone":"Mars/Base","han":"𠮷野家"*50,"comma":",,,,","ufeff":"\ufeff","minus0":"-0","e":"1_000","plus":"+5","dots":"....","slash":"../../etc/passwd","ff":"\uffff\ufffe",
}

@pytest.mark.parametrize("engine", os.environ.get("HENG","sqlite").split(","), indirect=True)
def test_x(house):
    class Out(list):
        def append(self, x):
            open(os.environ["OUT"],"a").write(x+"\n"); super().append(x)
    out=Out(); t=time.time(); n=0
    for ep, path, f, ans in pages(house, os.environ.get("WHO","anna")):
        if f is None:
            out.append(f"-- {ep} {path} no form"); continue
        base = filled(f, house.scene)
        r = house.ask("anna" if not os.environ.get("WHO") else os.environ["WHO"], "POST", path, data=base)
        out.append(f"{ep} {path} baseline {r.status} {len(base)} fields " + (str(re.findall(r'<li>(.*?)</li>', (re.findall(r'class="errors".*?</div>', r.text, re.S) or [""])[0], re.S))[:300] if r.status==422 else r.text[:300] if r.status>=500 else ""))
        if os.environ.get("BASE"): continue
        if time.time()-t > float(os.environ.get("MAXS","500")): continue
        for name in list(f.fields):
            if name in ("csrf_token",): continue
            for k, nasty in NASTY.items():
                d = dict(base); d[name] = [nasty]
                n+=1
                r = house.ask(os.environ.get("WHO","anna"), "POST", path, data=d)
                if r.status >= 500 or r.status not in (200,303,400,409,422,404,429):
                    out.append(f"   !! {ep} {name}={k}: {r.status} {r.text[:300]}")
                elif r.status==404: out.append(f"   404 {ep} {name}={k}")
            for k, d in {"missing": {x:y for x,y in base.items() if x!=name}, "dup": base|{name: (base.get(name) or ["1"])*3}, "two": base | {name: [*(base.get(name) or []), "zz"]}}.items():
                r = house.ask(os.environ.get("WHO","anna"), "POST", path, data=d)
                if r.status >= 500 or r.status not in (200,303,400,409,422,404,429):
                    out.append(f"   !! {ep} {name}={k}: {r.status} {r.text[:300]}")
    open(os.environ["OUT"],"w").write("\n".join(out)+f"\n{n} in {time.time()-t}\n")
