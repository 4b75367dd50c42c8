"""The settings dialog, its pages, and the controllers behind them."""
