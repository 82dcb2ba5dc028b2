"""The measurements are tried themselves: what judges must be able to find against."""
