"""What counts for the funders of the center: sessions and clients, awards with goals, assistance, filed reports."""
