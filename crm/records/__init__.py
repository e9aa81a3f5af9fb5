"""Records: what may hang on any record: mails and phones, attachments, tags, stars, recents, evidence by hand."""
