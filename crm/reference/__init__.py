"""Reference: lists that administrators edit as data: sectors, funders, holidays and make-up days, rates."""
