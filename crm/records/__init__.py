"""What any record can have: contact points, attachments, tags, stars, recent visits, evidence, access."""
