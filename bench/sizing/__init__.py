"""What a ticket weighs and costs, counted and measured: the figures of docs/scale.md (`python -m bench size`)."""
