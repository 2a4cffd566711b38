"""What the step modules share: the scenario's World, attempts, expectations, and the Maker."""
