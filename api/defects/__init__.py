"""R&D's doors: defects, their announcements, and the releases that fix them."""
