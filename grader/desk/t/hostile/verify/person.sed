s/"person": "[a-z]*"/"person": "mallory"/
