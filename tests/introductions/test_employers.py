"""People who worked at the same organization or post at the same time know each other."""

from __future__ import annotations

from datetime import date

from tests.factories import affiliation, client_of, holder, person, post, post_role


def test_shared_employer_and_shared_tour_are_links(suzhou, wang, meet, sentences, bureau):
    consulate = post("Consulate General Shanghai")
    zhao, officer = person("Zhao", "Jianguo"), person("Whitcombe", "Daniel")
    affiliation(wang, bureau, from_on=date(2018, 1, 1), to_on=date(2022, 6, 30))
    affiliation(zhao, bureau, from_on=date(2020, 1, 1), to_on=date(2023, 1, 1))
    role = post_role(consulate)
    holder(role, zhao, from_on=date(2023, 2, 1), to_on=date(2025, 1, 1))
    holder(role, officer, from_on=date(2024, 1, 1))
    meet("anna", officer)
    wording = sentences("anna", suzhou)[0]
    assert wording.evidence[1:3] == (
        "Daniel Whitcombe and Jianguo Zhao were both at Consulate General Shanghai until Jan 1, 2025",
        "Jianguo Zhao and Wang Xiaoming (王晓明) were both at Digital City Bureau until Jun 30, 2022",
    )


def test_time_at_the_same_employer_without_overlap_is_no_link(suzhou, wang, meet, sentences, bureau):
    zhao = person("Zhao", "Jianguo")
    affiliation(wang, bureau, from_on=date(2018, 1, 1), to_on=date(2020, 6, 30))
    affiliation(zhao, bureau, from_on=date(2020, 7, 1), to_on=date(2023, 1, 1))
    meet("anna", zhao)
    assert sentences("anna", suzhou) == []


def test_shared_employer_that_the_reader_may_not_see_is_no_link(people, suzhou, wang, meet, sentences, bureau):
    zhao, mill = person("Zhao", "Jianguo", organization=bureau), client_of("Bay", "Bay Mill", counselor=people["boris"])
    affiliation(wang, mill, from_on=date(2018, 1, 1), to_on=date(2020, 6, 30))
    affiliation(zhao, mill, from_on=date(2018, 1, 1), to_on=date(2020, 6, 30))
    meet("shen", zhao)
    assert sentences("anna", suzhou) == []
    assert [wording.sentence for wording in sentences("boris", suzhou)] == [
        "Ask Shen Yun to ask Jianguo Zhao for an introduction to Wang Xiaoming (王晓明)"
    ]
