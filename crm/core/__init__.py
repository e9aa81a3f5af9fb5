"""What every feature builds on: records, rights, forms, lists, email. Core imports no feature."""
