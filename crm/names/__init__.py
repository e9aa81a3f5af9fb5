"""Keys, order and display of names in Latin letters and in Chinese: a pure library without records and database.

A *key* is folded (case, accents, widths, traditional characters) and never displayed. *Tokens* are the words of the
search column, and `query_tokens` those of a query, in `tokens.py`. Pinyin derived from characters is used for search
and sorting only. Start with `tokens`, `sort_key` and `full_name`.
"""

from crm.names.address import family_of_address, propose_address, strip_courtesy_title
from crm.names.display import FullName, NameOrder, full_name, initials_of, lang_of
from crm.names.folding import TOKEN, fold
from crm.names.organizations import organization_key
from crm.names.phones import Phone, parse_phone
from crm.names.pinyin import split_latin, suggest_latin
from crm.names.sorting import city_key, person_sort_key, sort_key
from crm.names.surnames import split_family
from crm.names.tokens import organization_tokens, person_tokens, phone_tokens, query_tokens, tokens, written_tokens
from crm.names.uscc import UsccProblem, normalize_uscc, uscc_problem
