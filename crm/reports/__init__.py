"""Reports: sections about many records, each with a summary, a chart and a table.

Every number opens exactly the records it counts. Confidential opportunities are in no sum; those who may not see them
see how many there are. Start with `pipeline.py`; `layout.py` declares what a report consists of.
"""
