"""Imports: files become people, organizations, posts, interactions and follow-ups.

Terms: a *reader* turns bytes into typed rows without using the database (`readers`); a *mapping* says which column
becomes which field and is stored per set of headings; a *preview* shows what each row would do; a *batch* is one
completed import, which can be undone as a whole. Start at `readers.tables` for file formats, at
`readers.headings` for the meaning of columns, and at `readers.people` for the rows of people.
"""
