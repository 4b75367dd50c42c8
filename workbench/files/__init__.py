"""Files in and out: attachments, import and export formats, with a module for each format."""
