"""Business cards: a photo or a QR code becomes a proposed person."""
