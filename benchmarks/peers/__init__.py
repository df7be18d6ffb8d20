"""Other ways to the same video, each as quick as we could make it without leaving its ways."""
