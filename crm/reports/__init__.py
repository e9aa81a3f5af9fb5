"""Reports: questions about many records, answered in a sentence, a chart and a table.

Every number opens exactly the records it counts. Confidential cases are never in a sum; who may not see them is told
how many there are. Start with `pipeline.py`; `sheet.py` says what a report is made of.
"""
