"""What people print, keep or look at: the intervention report, the statement of hours, its picture. Facts come in."""
