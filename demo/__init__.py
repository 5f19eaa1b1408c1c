"""The app: everything a person sees. It knows the core through ``service`` only."""
