"""What changes accounts: `users` and `teams` by administrators, `own` by everybody, `handover` when somebody leaves."""
