"""What the integration costs, as counts and as ratios to something plain measured in the same run."""
