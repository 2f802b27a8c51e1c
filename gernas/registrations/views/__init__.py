"""Pages of calls and registrations: the applicant's side, and the organizer's in ``office``."""
