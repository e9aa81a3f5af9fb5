"""Email to people: templates with fields, to one person or to a selection (mail merge), and the link to unsubscribe."""
