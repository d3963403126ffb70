"""What is simulated, and how what comes out is judged. Pure: arrays in, arrays out."""
