"""X by tweepy's asynchronous client: hosts by settings, failures in our words, raw JSON out."""
