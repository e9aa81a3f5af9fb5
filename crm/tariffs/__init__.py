"""Tariff and rule notes: what applies to an HS code in a country, with source and date."""
