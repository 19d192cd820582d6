s/"points": [0-9]*/"points": 60/
