"""All Qt: the window, its panels and views. Widgets own no coroutine; they emit wishes and show values."""
