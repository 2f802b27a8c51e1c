"""What a youth programme is printed with: certificates, as PDF."""
