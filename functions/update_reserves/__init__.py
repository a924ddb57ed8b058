"""The function update_reserves."""
