"""Imports: files that people bring along become people, organizations, posts, contacts and follow-ups.

The words: a *reader* turns bytes into typed rows and knows no database (`readers`); a *mapping* says which column
becomes which field and is remembered per set of headings; a *dry run* shows what each row would do; a *batch* is one
import that went through, and can be undone as a whole. Start at `readers.tables` for what a file is, at
`readers.headings` for what its columns mean, and at `readers.people` for what a row of a person looks like.
"""
