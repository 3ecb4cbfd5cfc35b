"""Count hashtag votes on X live, with an audit trail."""
