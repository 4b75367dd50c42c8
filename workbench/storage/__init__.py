"""Storage: chats and messages (SQLite), settings (one TOML file), keys (the system's keyring), backups.

``open_store`` opens the store of a data folder, ``open_settings`` its settings file; ``KeyringSecrets`` keeps
the keys. Functions that take a ``sqlite3.Connection`` run on the database thread only.
"""
