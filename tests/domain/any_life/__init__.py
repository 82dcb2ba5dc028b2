"""What random lives are made of: agreements and their revisions, openings, steps, the hour account, the laws."""
