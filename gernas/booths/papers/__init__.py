"""What an exhibition is printed with: plans to scale, signs, badges and lists, as PDF."""
