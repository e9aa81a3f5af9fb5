"""Translations, and formats of dates, numbers, money and names."""
