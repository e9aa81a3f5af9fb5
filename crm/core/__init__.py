"""What every feature stands on: records, rights, forms, lists, mail. Knows no feature."""
