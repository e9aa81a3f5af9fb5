"""How well a product fits a need: points from 0 to 100, each with its fact. Pure: no database, no web, no clock.

`score_match` compares one need with one product. `find_matches` compares many through an index of keys instead of all
pairs. `keys_of` returns the keys of one need or product for an index in a database: a pair is a candidate when the
weights of its shared keys add up to `LEAST_KEY_WEIGHT`; other pairs have no points.
"""

from crm.matching.scoring.amounts import Amount, read_amount
from crm.matching.scoring.index import ProductIndex, find_matches
from crm.matching.scoring.keys import LEAST_KEY_WEIGHT, keys_of
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason, MatchScore
from crm.matching.scoring.score import score_match
