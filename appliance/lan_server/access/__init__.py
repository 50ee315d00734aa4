"""Who comes in at the back office: sign-in, sessions, the check before every page, and what slows guessing down."""
