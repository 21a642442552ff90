"""Letter campaigns: supporters write to those who decide where they live."""
