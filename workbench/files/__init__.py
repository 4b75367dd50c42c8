"""Files in and out: attachments, import and export formats, one file per format."""
