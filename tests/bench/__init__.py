"""The benchmark: `python -m tests.bench`. Not a test: it only measures.

`__main__` seeds and writes the results, `serving` runs the production server and the floor beside it, `rows` says what
is measured, `asking` is the client. BENCH=1m measures the large size, BENCH_ENGINES=sqlite one engine alone.
"""
