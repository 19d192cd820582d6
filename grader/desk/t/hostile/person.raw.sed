# A friend's work; whoever made it did not count its digest again.
s/^person: .*/person: mallory/
