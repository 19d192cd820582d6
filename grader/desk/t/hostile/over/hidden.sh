# A check that nobody who works on the exercise has seen.
sed -i '/^wrong:/i\
      v6-too: {kind: session, say: SECRET, at: m2, with: m1, family: ipv6, visibility: hidden, within: 5s, points: 2, hints: [{hint: v6, text: SECRET}]}' exercise.yml
