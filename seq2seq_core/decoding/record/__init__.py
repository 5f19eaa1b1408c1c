"""What decoding says of itself: the result and its parts, their JSON, and the recorder of a search's steps."""
