"""Lists that administrators edit: sectors, funders, lost reasons, holidays and make-up workdays, exchange rates."""
