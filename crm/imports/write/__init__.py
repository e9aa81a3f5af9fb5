"""Writers: store planned rows in the caller's transaction, inside one batch."""
