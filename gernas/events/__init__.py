"""Events with their venues and agendas, how they change, and who follows them."""
