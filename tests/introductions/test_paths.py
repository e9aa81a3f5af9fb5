"""The search for paths, compared with trying all ways in small random networks."""

from __future__ import annotations

from itertools import pairwise, permutations
from random import Random

import pytest

from crm.introductions.paths import Link, find_paths, organization_node, person_node, user_node
from crm.introductions.policy import LinkKind

ME, SHEN, PRIME = user_node(1), user_node(2), organization_node(90)
LI, WANG, ZHAO, SUN = (person_node(number) for number in (11, 12, 13, 14))


def meeting(user, person, strength=0.8):
    return Link(user, person, LinkKind.met, strength)


def knows(person, other, strength=0.6):
    return Link(person, other, LinkKind.schoolmate, strength)


def works(person, strength=0.9):
    return Link(person, PRIME, LinkKind.works_at, strength)


COLLEAGUE = Link(ME, SHEN, LinkKind.colleague, 0.9)


def targets(paths):
    return [[link.target for link in path.links] for path in paths]


def test_path_through_a_colleague_to_the_contact():
    paths = find_paths(ME, [COLLEAGUE, meeting(SHEN, WANG), works(WANG)])
    assert targets(paths) == [[SHEN, WANG, PRIME]]
    assert paths[0].strength == pytest.approx(0.9 * 0.8 * 0.9)


def test_relation_is_followed_from_either_end():
    assert targets(find_paths(ME, [meeting(ME, LI), knows(WANG, LI), works(WANG)])) == [[LI, WANG, PRIME]]


def test_path_has_at_most_three_people_and_users():
    links = [COLLEAGUE, meeting(SHEN, LI), knows(LI, WANG), knows(WANG, ZHAO)]
    assert targets(find_paths(ME, [*links, works(WANG)])) == [[SHEN, LI, WANG, PRIME]]
    assert find_paths(ME, [*links, works(ZHAO)]) == []


def test_someone_outside_the_organization_counts_as_one_more_step():
    reported = Link(WANG, PRIME, LinkKind.source, 0.5)
    links = [COLLEAGUE, meeting(SHEN, LI), knows(LI, WANG), reported]
    assert find_paths(ME, links) == []
    assert targets(find_paths(ME, [*links, meeting(ME, LI)])) == [[LI, WANG, PRIME]]


def test_weaker_path_over_the_same_people_is_left_out():
    links = [meeting(ME, WANG, 0.3), COLLEAGUE, meeting(SHEN, WANG, 0.9), works(WANG), knows(WANG, ZHAO), works(ZHAO)]
    assert targets(find_paths(ME, links)) == [[SHEN, WANG, PRIME]]


def test_stronger_link_of_two_people_counts():
    paths = find_paths(ME, [meeting(ME, LI), knows(LI, WANG, 0.2), knows(WANG, LI, 0.5), works(WANG)])
    assert [round(path.strength, 3) for path in paths] == [round(0.8 * 0.5 * 0.9, 3)]


def random_links(rng):
    people = [person_node(number) for number in range(10, 16)]
    users = [user_node(number) for number in range(2, 4)]
    links = [Link(ME, user, LinkKind.colleague, 0.9) for user in users]
    for _ in range(14):
        strength = rng.randint(1, 99) / 100
        source = rng.choice([ME, *users, *people])
        target = rng.choice([person for person in people if person != source])
        links.append(meeting(source, target, strength) if source.kind == "user" else knows(source, target, strength))
    for person in rng.sample(people, 2):
        kind = rng.choice([LinkKind.works_at, LinkKind.source])
        links.append(Link(person, PRIME, kind, rng.randint(1, 99) / 100))
    return links


def find_best_strength(links):
    """Return the strength of the best path, by trying all ways."""
    strengths = {}
    for link in links:
        pairs = [(link.source, link.target)]
        if link.source.kind == link.target.kind == "person":
            pairs.append((link.target, link.source))
        for pair in pairs:
            strengths[pair] = max(strengths.get(pair, (0, "")), (link.strength, link.kind.value))
    nodes = {node for pair in strengths for node in pair} - {ME, PRIME}
    best = 0.0
    for length in (1, 2, 3):
        for steps_of in permutations(sorted(nodes), length):
            steps = [strengths.get(pair) for pair in pairwise((ME, *steps_of, PRIME))]
            if all(steps) and (length < 3 or steps[-1][1] == "works_at"):
                product = 1.0
                for strength, _kind in steps:
                    product *= strength
                best = max(best, product)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_best_path_is_the_strongest_of_all_ways_in_any_order_of_links(seed):
    rng = Random(seed)
    links = random_links(rng)
    paths = find_paths(ME, links)
    assert (paths[0].strength if paths else 0.0) == pytest.approx(find_best_strength(links))
    assert [path.strength for path in paths] == sorted((path.strength for path in paths), reverse=True)
    rng.shuffle(links)
    assert find_paths(ME, links) == paths


def test_removing_a_link_never_makes_the_best_path_stronger():
    for seed in range(20):
        links = random_links(Random(seed))
        best = max((path.strength for path in find_paths(ME, links)), default=0)
        for position in range(len(links)):
            rest = find_paths(ME, [*links[:position], *links[position + 1 :]])
            assert max((path.strength for path in rest), default=0) <= best
