"""The queue and the cards: every durable fact of the product, and the rules that guard it."""
