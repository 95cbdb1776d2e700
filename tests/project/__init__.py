"""What hassfest and the Marketplace (HACS) ask of a custom integration, asked here: neither runs outside of GitHub."""
