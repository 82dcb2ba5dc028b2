"""With whom we have agreed what: agreements, organisations, their people and products; whom to turn to at ours."""
