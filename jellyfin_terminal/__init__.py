"""The engine in a terminal, without Home Assistant: what it sees and says, line by line, fit for a report."""
